// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDataProtector} from "../../../../contracts/interfaces/IDataProtector.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract SetSchema_Unit_Test is RegistryFixture {
    IDataProtector internal protector;
    address internal dataset;

    function setUp() public override {
        super.setUp();
        protector = IDataProtector(deployCode("DataProtector.sol:DataProtector", abi.encode(datasets)));
        dataset = datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));
    }

    function test_RevertGiven_ThereIsNoSuchDataset() external {
        vm.expectRevert(abi.encodeWithSelector(IDataProtector.NotDatasetOwner.selector, anyone, address(0), alice));
        vm.prank(alice);
        protector.setSchema(anyone, "{}");
    }

    function test_RevertWhen_SomebodyElseThanItsOwnerCalls() external {
        vm.expectRevert(abi.encodeWithSelector(IDataProtector.NotDatasetOwner.selector, dataset, alice, anyone));
        vm.prank(anyone);
        protector.setSchema(dataset, "{}");
    }

    function test_RevertWhen_TheSchemaIsEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(IDataProtector.SchemaMissing.selector));
        vm.prank(alice);
        protector.setSchema(dataset, "");
    }

    function test_WhenItsOwnerCalls() external {
        // It should emit {SchemaAuthor}.
        vm.expectEmit(address(protector));
        emit IDataProtector.SchemaAuthor(dataset, alice);
        // It should emit {DatasetSchema}.
        vm.expectEmit(address(protector));
        emit IDataProtector.DatasetSchema(dataset, "{}");
        vm.prank(alice);
        protector.setSchema(dataset, "{}");
    }
}
