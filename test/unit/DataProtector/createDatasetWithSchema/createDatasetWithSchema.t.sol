// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IDataProtector} from "../../../../contracts/interfaces/IDataProtector.sol";
import {IDataset} from "../../../../contracts/interfaces/IDataset.sol";
import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract CreateDatasetWithSchema_Unit_Test is RegistryFixture {
    IDataProtector internal protector;

    function setUp() public override {
        super.setUp();
        protector = IDataProtector(deployCode("DataProtector.sol:DataProtector", abi.encode(datasets)));
    }

    function test_RevertWhen_TheSchemaIsEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(IDataProtector.SchemaMissing.selector));
        protector.createDatasetWithSchema(alice, "n", "", "m", bytes32(uint256(1)));
    }

    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        protector.createDatasetWithSchema(address(0), "n", "{}", "m", bytes32(uint256(1)));
    }

    function test_RevertWhen_SomebodyElseThanItsOwnerCalls() external {
        address dataset = datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, dataset));
        protector.createDatasetWithSchema(alice, "n", "{}", "m", bytes32(uint256(1)));
    }

    function test_WhenItsOwnerCalls() external {
        vm.prank(anyone);
        address dataset = protector.createDatasetWithSchema(alice, "n", '{"false": "bool"}', "m", bytes32(uint256(1)));

        // It should emit {SchemaAuthor}.
        vm.expectEmit(address(protector));
        emit IDataProtector.SchemaAuthor(dataset, alice);
        // It should emit {DatasetSchema}.
        vm.expectEmit(address(protector));
        emit IDataProtector.DatasetSchema(dataset, '{"true": "bool"}');
        vm.prank(alice);
        address again = protector.createDatasetWithSchema(alice, "n", '{"true": "bool"}', "m", bytes32(uint256(1)));

        // It should answer with the dataset.
        assertEq(again, dataset, "dataset");
    }

    function testFuzz_WhenTheDatasetIsNew(
        address owner,
        string calldata name,
        string calldata schema,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external {
        vm.assume(owner != address(0) && bytes(schema).length > 0);
        address predicted = datasets.predictDataset(owner, name, multiaddr, checksum);

        // It should emit {SchemaAuthor}.
        vm.expectEmit(address(protector));
        emit IDataProtector.SchemaAuthor(predicted, anyone);
        // It should emit {DatasetSchema}.
        vm.expectEmit(address(protector));
        emit IDataProtector.DatasetSchema(predicted, schema);
        vm.prank(anyone);
        address dataset = protector.createDatasetWithSchema(owner, name, schema, multiaddr, checksum);

        // It should be where the registry predicted it.
        assertEq(dataset, predicted, "address");
        // It should give its token to the owner.
        assertEq(datasets.ownerOf(idOf(dataset)), owner, "owner");
        // It should keep its fields.
        assertEq(IDataset(dataset).m_datasetName(), name, "name");
        assertEq(IDataset(dataset).m_datasetMultiaddr(), multiaddr, "multiaddr");
        assertEq(IDataset(dataset).m_datasetChecksum(), checksum, "checksum");
    }
}
